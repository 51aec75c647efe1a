"""Common first names in Britain, so that a pupil's name is noticed; written for this, of nobody."""

FIRST_NAMES = frozenset(
    """
Aaliyah Aaron Abdul Abdullah Abdullahi Abigail Adam Adele Adeola Adil Adrian Agnieszka Ahmad
Ahmed Aidan Aiden Aimee Aisha Aishah Ajay Akeem Alan Alastair Albie Aleksandra Alesha Alex
Alexander Alexandra Alexandru Alexia Alfie Alfred Ali Alice Alicia Alina Alisha Alison Aliyah
Allan Alyssa Amaan Amanda Amara Amelia Amelie Amina Aminah Amir Amira Amy Ana Anastasia Anaya
Andrea Andreea Andrei Andrew Andy Angela Angus Anika Anisa Anita Ann Anna Annabel Annabelle Anne
Annie Anthony Antonio Anya Aoife Arham Aria Ariana Arjun Arlo Armaan Arthur Arun Arya Aryan
Ashleigh Asim Asma Astrid Athena Ava Awais Ayaan Ayan Ayesha Ayla Aylin Ayomide Ayse Ayub
Barbara Barnaby Bartosz Beatrice Becky Ben Benjamin Bethan Bethany Beverley Bilal Billie Brendan
Brian Bryn Bryony Caitlin Caleb Callum Calum Cameron Carl Carla Carly Caroline Casey Caspian
Cassandra Catherine Cathy Catrin Charlie Charlotte Cheryl Chidi Chinedu Chioma Chloe Chris
Christina Christine Christopher Ciara Cillian Claire Clara Clare Clive Colin Connor Conor Corey
Courtney Craig Cristian Curtis Cynthia Damian Damien Damilola Dan Daniel Danielle Danny Danyal
Darcey Darcie Darcy Daria Darius Darren Dave David Dawid Deborah Declan Delilah Denise Dennis
Derek Dexter Diana Diane Diego Dilan Dillon Dinesh Dipesh Divya Dominic Dominik Donna Dorothy
Duncan Dylan Ebrahim Eddie Edith Eduardo Edward Edwin Efe Eilidh Eleanor Elena Eleri Eli Elias
Elif Elijah Elin Eliot Eliza Elizabeth Ella Elle Ellen Ellie Elliot Elliott Ellis Elodie Eloise
Elsa Elsie Emeka Emilia Emilie Emily Emine Emma Emmanuel Emre Enzo Eoin Eric Erica Erin Esme
Esmee Esther Ethan Eva Evan Evangeline Evelyn Evie Ewan Ezra Fahad Faisal Faizan Farah Farhan
Farida Fatima Fatimah Fatoumata Felicity Felix Femi Ffion Filip Finlay Finley Finn Fiona
Folasade Frances Francesca Francis Frankie Fraser Freddie Frederick Freya Funmilayo Gabriel
Gabriela Gabriella Gareth Gary Gavin Gemma Geoff Geoffrey George Georgie Georgina Geraint Gethin
Gillian Giorgia Giulia Glenn Gloria Gordon Graham Grzegorz Gurpreet Gwen Gwilym Habiba Hafsa
Hafsah Haider Halima Hamish Hamza Hana Hanna Hannah Haris Harleen Harley Harpreet Harriet
Harrison Haruna Harvey Hasan Hashim Hassan Hayden Hayley Helen Helena Hermione Huda Hugh Hugo
Humza Husna Hussain Hussein Iain Ibraheem Ibrahim Idris Ieuan Ifeoma Ikram Imaan Iman Imani
Imogen Imran Inaaya Inaya Ines Ioana Irene Isaac Isabel Isabella Isabelle Isha Ishaan Isla
Ismaeel Ismail Isobel Issac Ivan Iwan Iyla Izaan Izzy Jackson Jacob Jacqueline Jaden Jago Jaime
Jake Jakub James Jamie Jamila Jane Janet Janice Jared Jasleen Jasmin Jason Jatinder Javier Jaxon
Jayden Jayne Jean Jemima Jenna Jennifer Jenny Jeremiah Jeremy Jermaine Jerome Jess Jessica Jill
Jim Jimmy Joan Joanna Joanne Jodie Joe Joel Joey Johan John Johnny Jonah Jonathan Jonny Joseph
Josephine Josh Joshua Josiah Joyce Juan Jude Judith Julia Julian Julie Junaid Justin Justyna
Kacey Kacper Kaden Kadir Kai Kaitlyn Kamil Kamila Karan Karen Karim Karina Karl Karolina Kasper
Kate Katherine Kathleen Kathryn Katie Katy Kavya Kayden Kayla Kayleigh Keeley Keira Keith Kelvin
Kenneth Kenzo Kerry Kevin Khadija Khadijah Khalid Kian Kiara Kiera Kieran Kimberley Kiran Kirsty
Kofi Krish Krzysztof Kwame Kwasi Kyle Kyra Lacey Laila Lana Lara Laura Lauren Lawrence Laxmi
Layla Leah Leanne Leila Lena Lenny Leon Leona Leonard Leonardo Lesley Lewis Lexi Leyla Liam
Libby Lila Lilia Lillian Lilly Linda Lindsay Lisa Liyana Lizzie Lois Lola Lorraine Lottie Louie
Louis Louisa Louise Luca Lucas Lucia Lucian Lucy Luis Luka Lukas Lukasz Luke Lydia Lyla Lynn
Maariyah Maciej Macy Maddie Maddison Madeleine Madison Magdalena Maggie Mahad Mahdi Mahnoor Maia
Maisie Maja Malachi Malakai Malgorzata Malik Manahil Manpreet Marcel Marcin Marcus Margaret
Maria Mariam Marie Marta Martha Martyn Marwa Mary Maryam Mateo Mateusz Mathilda Matilda Matthew
Matthias Maurice Maximilian Maxwell Maya Megan Mehmet Melanie Melissa Mia Micah Michael Michaela
Michal Michelle Miguel Mihai Mika Mikaeel Mike Mikolaj Mila Millie Milly Milo Miriam Misbah
Mohamed Mohammad Mohammed Mohsin Molly Monika Monique Morwenna Moses Muhammad Muhammed Mukhtar
Musa Mustafa Myla Myles Nabeel Nadia Nadine Naomi Natalia Natalie Natasha Nathan Nathaniel
Naveed Neil Nell Nellie Nevaeh Ngozi Niall Niamh Nicholas Nick Nicola Nicolas Nicole Nigel
Nikhil Niko Nikola Nikolai Nina Noah Noel Nojus Noor Nora Norah Nour Nuala Nusaybah Obinna Ola
Olamide Oliver Olivia Ollie Oluwaseun Oluwatobi Omar Omari Oren Orla Osman Otis Otto Owen
Oyinkansola Pamela Parveen Patricia Patrick Patryk Paul Paula Pauline Pavel Penelope Percy Peter
Petra Philip Phillip Phoebe Piotr Pippa Polly Prisha Priya Priyanka Quinn Rachel Raees Rafael
Raheem Rahim Rahul Raj Rajesh Rajinder Ralph Rania Raphael Rashid Ravi Rayan Raymond Razia
Rebecca Reece Reggie Rehan Reuben Rhian Rhiannon Rhys Ria Ricardo Richard Ricky Rihanna Riley
Ritika Rizwan Robbie Robert Roberto Rocco Rochelle Rodrigo Rohan Roisin Ronan Ronnie Rory Rosa
Rosalie Rosanna Rosie Roxanne Ruben Rubi Rudy Rufus Rukhsana Rupert Ruqayyah Russell Ruth Ryan
Saad Saanvi Sabrina Sadia Safa Safiya Sahil Saira Salma Sam Samaira Samantha Sameer Samia Samina
Samir Samson Samuel Sana Sandra Sanjay Santiago Saoirse Sara Sarah Sasha Saskia Scarlett Sean
Sebastian Seren Serena Shabnam Shaheen Shahid Shane Shania Sharon Shaun Shauna Shay Sheila
Shelby Shirley Shreya Shyam Sian Sidney Sienna Simon Simran Sinead Siobhan Sofia Sofie Soham
Solomon Sonia Sophia Sophie Spencer Stacey Stanislaw Stefan Stella Stephanie Stephen Steve
Steven Stuart Subhan Sufyan Suleiman Sumaiya Summaya Sunil Suraj Susan Susanna Svetlana Syed
Sylvia Szymon Tabitha Taha Tahir Taiwo Talia Tamara Tamika Tanisha Tanya Tara Tariq Tasha
Tatiana Tayla Teagan Temitope Terence Teresa Terry Thea Theo Theodora Theodore Theresa Thomas
Tia Tianna Tiffany Tillie Tilly Tim Timothy Tobi Tobias Toby Todd Tom Tomasz Tommy Tony Tracey
Tracy Travis Trevor Tristan Tyrese Umair Umar Usman Uthman Uzma Valentina Valerie Vanessa Vera
Veronica Victor Viktor Viktoria Vincent Vivaan Vivian Vlad Wayne Wendy Weronika Wesley Wiktoria
Wilfred William Wojciech Xander Xavier Yahya Yara Yasin Yasir Yasmin Yasmine Yemi Yolanda Younis
Yousef Yousuf Yusra Yusuf Yvonne Zac Zach Zachariah Zachary Zack Zahra Zain Zaina Zainab Zak
Zakariya Zane Zara Zayan Zayd Zayn Zaynab Zena Zeynep Zia Zidane Zoe Zofia Zoha Zoya Zubair
Zunairah Zuzanna
""".split()  # noqa: SIM905
)
# Everyday words, places and people of books as well: names only where the words around say so.
DOUBLE_NAMES = frozenset(
    """
Abraham Amber Angel Ariel Ashley Aubrey Audrey Aurora Austin Autumn Bella Billy Blake Bobby
Bradley Brandon Bronte Carol Charity Chelsea Crystal Daisy Dale Dawn Dean Ebony Eve Faith
Florence Frank Gene Georgia Ginger Glen Grace Gracie Grant Guy Harper Harry Hazel Heather Hector
Henry Holly Hope India Iona Iris Ivy Jack Jade Jasmine Jasper Jay Jesse Jordan Joy Juliet
Kelly Kim Lee Leo Lily Logan London Luna Mae Malcolm Mark Martin Mason Max Mercy Milan Miles
Morgan Norman Olive Oscar Paige Patience Pearl Penny Phoenix Poppy Preston Raven Ray River Rob
Robin Romeo Rose Rosemary Ross Rowan Ruby Sage Sandy Scott Shannon Sky Skye Sonny Stanley Star
Summer Sunny Taylor Teddy Troy Tyler Victoria Violet Will Willow Wren
""".split()  # noqa: SIM905
)
